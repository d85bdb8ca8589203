namespace OfflineActions.Contracts;

/// <summary>A document asks for a Star Wars person: <c>"action": "person_request"</c>.</summary>
public sealed record PersonRequested : ActionRequested;
