"""Text → proposed facts. Every proposal rests on exact words of the report; nothing here asserts."""
