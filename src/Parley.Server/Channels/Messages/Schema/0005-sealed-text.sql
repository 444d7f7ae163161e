-- The text of a message that may not stand readable here (a sold token), encrypted; then text is null.
ALTER TABLE messages ADD COLUMN sealed_text $blob$;
