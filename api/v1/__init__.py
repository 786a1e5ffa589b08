"""The JSON API, one module per resource: translate and delegate."""
