"""Joins the parts: each module is one thing that a user asks for. Nothing else imports several parts at once."""
