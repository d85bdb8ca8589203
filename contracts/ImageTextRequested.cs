namespace OfflineActions.Contracts;

/// <summary>A document asks for the text of its picture: <c>"action": "image_text_request"</c>.</summary>
public sealed record ImageTextRequested : ActionRequested;
