using System.Text.Json.Nodes;

namespace OfflineActions.Worker.Actions;

/// <summary>One request as its handler sees it.</summary>
/// <param name="DocumentId">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that asked. With the id it names the request, the same on every delivery.</param>
/// <param name="Inputs">Those of <see cref="IActionHandler.Inputs"/> that the document has.</param>
public sealed record ActionRequest(string DocumentId, string Revision, JsonObject Inputs);
