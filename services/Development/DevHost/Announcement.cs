namespace OfflineActions.DevHost;

/// <summary>Says where everything is and what to try first.</summary>
internal static class Announcement
{
    /// <summary>Prints it once <paramref name="app"/> listens.</summary>
    public static WebApplication Announce(this WebApplication app, EmulatedWorld outside, WebApplication page)
    {
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($$"""

            Offline Actions runs in this process; Ctrl-C ends it, and everything in it.

              web client     {{page.Urls.First()}}

              Sync Gateway   {{outside.SyncGateway}}db/   (admin {{outside.SyncGatewayAdmin}}db/)
              gateway        {{app.Urls.First()}}/health/ready
              SWAPI          {{outside.Swapi}}

            Open the web client, or ask for a person with curl, and look at the document a moment later:

              curl -X PUT {{outside.SyncGateway}}db/hello -H 'Content-Type: application/json' -d '{"action":"person_request"}'
              curl {{outside.SyncGateway}}db/hello

            """));
        return app;
    }
}
