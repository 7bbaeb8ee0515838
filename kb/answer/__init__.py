"""From a question to a decision: match, confidence, decide, reply; and the desk where people take over."""
