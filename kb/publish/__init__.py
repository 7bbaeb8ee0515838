"""From the knowledge in the store to a live release: built beside, held against golden questions, then pointed to."""
