namespace Gateway.Publishing;

/// <summary>The routes by the requests that take them.</summary>
internal sealed class ActionRoutes(IEnumerable<ActionRoute> routes)
{
    private readonly Dictionary<string, ActionRoute> byRequest = routes.ToDictionary(route => route.Request, StringComparer.Ordinal);

    /// <summary>The requests there is a route for.</summary>
    public IReadOnlyList<string> Requests => [.. byRequest.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The route of <paramref name="request"/>, or null when no action is named like that.</summary>
    public ActionRoute? For(string request) => byRequest.GetValueOrDefault(request);
}
