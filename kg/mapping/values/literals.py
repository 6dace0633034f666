from pyoxigraph import Literal
def canonical(text, datatype):
    return Literal(text) if datatype.value.endswith('#string') else Literal(text.replace('yes','true'), datatype=datatype)
