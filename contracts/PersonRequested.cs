namespace OfflineActions.Contracts;

/// <summary>A request for a Star Wars person: <c>"action": "person_request"</c>.</summary>
public sealed record PersonRequested : ActionRequested;
