"""
Addresses of files elsewhere, such as `s3://bucket/ged.csv`: the filesystem behind one, and what goes wrong there.

Which protocols there are, and where they look for credentials, is fsspec's: of S3 it is what all programs of AWS read,
`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `AWS_ENDPOINT_URL` and so on.

Spec: https://filesystem-spec.readthedocs.io
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from kg.model.errors import EnvironmentFault, KgError, UsageError, is_full

# Two letters and more: `c:\tables` is a path.
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_HIDDEN = re.compile(r"(?<=://)[^/@]+@|\?.*")
_LIBRARIES: Final = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}
_S3: Final = ("s3", "s3a")


def is_address(text: str) -> bool:
    """
    Whether a text names files elsewhere.

    >>> is_address("s3://bucket/ged-*.csv"), is_address("../tables/ged.csv")
    (True, False)
    """
    return _ADDRESS.match(text) is not None


def shown(address: str) -> str:
    """
    An address without what may be secret in it.

    >>> shown("https://me:word@example.org/a.csv?token=1")
    'https://example.org/a.csv'
    """
    return _HIDDEN.sub("", address)


def filesystem(address: str, purpose: str) -> tuple[Any, str]:
    """
    The filesystem of fsspec behind an address, and the path in it. Nothing is remembered from an earlier look.

    Args:
        address: The address.
        purpose: `reading` or `writing`, for messages.

    Raises:
        UsageError: There is no such protocol.
        EnvironmentFault: fsspec is not installed, or what it needs for the protocol.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise EnvironmentFault(
            f"{purpose} {shown(address)} needs fsspec", "pip install 'conflict-kg[tables]'"
        ) from error
    try:
        with told(address):
            found, path = url_to_fs(address, skip_instance_cache=True, use_listings_cache=False)
    except ImportError as error:  # fsspec says which library; it is the protocol's own
        library = _LIBRARIES.get(_protocol(address), "")
        needs = f"{purpose} {shown(address)} needs {library or f'one library more: {error}'}"
        raise EnvironmentFault(needs, f"pip install {library}" if library else "install it with pip") from error
    return found, str(path)


@contextmanager
def told(address: str) -> Iterator[None]:
    """
    Errors of any protocol as ours. A missing library and a full disk are raised as they come.

    Raises:
        UsageError: Nothing is there.
        EnvironmentFault: It cannot be reached, or one may not.
    """
    where = shown(address)
    try:
        yield
    except (KgError, ImportError):
        raise
    except FileNotFoundError as error:
        if "bucket does not exist" in str(error):
            raise UsageError(f"there is no bucket for {where}", _bucket_hint(address)) from error
        raise UsageError(f"there is no file at {where}", "look at the address in another program") from error
    except ValueError as error:
        raise UsageError(f"{where}: {error}", "an address begins with https://, s3://, gs:// …") from error
    except Exception as error:  # each protocol has errors of its own
        if is_full(error):
            raise
        raise EnvironmentFault(f"{where} cannot be reached ({_reason(error)})", _hint(address, error)) from error


def _bucket_hint(address: str) -> str:
    bucket = shown(address).partition("://")[2].partition("/")[0]
    return f"is it called '{bucket}'? AWS_ENDPOINT_URL names its server, where that is not Amazon's"


def _hint(address: str, error: Exception) -> str:
    is_s3 = _protocol(address) in _S3
    name = type(error).__name__
    if is_s3 and name == "NoCredentialsError":
        return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    if is_s3 and isinstance(error, PermissionError):
        return "are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY right, and may they do it in this bucket?"
    if is_s3 and name == "EndpointConnectionError":
        return "does the server run? AWS_ENDPOINT_URL says where it is"
    return "is the network up, and may you read or write it?"


def _reason(error: Exception) -> str:
    """
    What happened, without the query of an address, which may hold a password.

    >>> _reason(TimeoutError("no answer from https://example.org/a?token=1"))
    'TimeoutError: no answer from https://example.org/a'
    """
    text = re.sub(r"\?\S*", "", " ".join(str(error).split()))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _protocol(address: str) -> str:
    return address.partition("://")[0].lower()
