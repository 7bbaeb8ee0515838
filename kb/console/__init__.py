"""The pages that people work on: agents, editors, and whoever looks at figures."""
