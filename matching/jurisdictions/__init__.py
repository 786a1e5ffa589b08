"""Jurisdictions and the law between them: the graph, routes, the dispute chain, proximity."""
