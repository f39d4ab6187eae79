"""Tasks, reports and risks by the API."""
