namespace OfflineActions.Tests.SyncGateway;

/// <summary>Documents that are nested deep.</summary>
internal static class Deep
{
    /// <summary>A request for a person, nested to exactly <paramref name="depth"/> levels, the document itself being the first.</summary>
    public static string Document(string id, int depth) =>
        $$"""{"deep":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}},"action":"person_request","personId":1,"_id":"{{id}}","_rev":"1-a"}""";
}
