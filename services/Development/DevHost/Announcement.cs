namespace OfflineActions.DevHost;

/// <summary>Prints the addresses and what to try first.</summary>
internal static class Announcement
{
    /// <summary>Prints them as soon as <paramref name="app"/> listens.</summary>
    public static WebApplication AnnounceAddresses(
        this WebApplication app, EmulatedServices emulators, WebApplication webClient, WebApplication operatorPage)
    {
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($$"""

            Offline Actions runs in this process. Ctrl-C stops it; the documents are only in memory.

              web client     {{webClient.Urls.First()}}
              operator page  {{operatorPage.Urls.First()}}

              Sync Gateway   {{emulators.SyncGateway}}db/   (admin {{emulators.SyncGatewayAdmin}}db/)
              gateway        {{app.Urls.First()}}/health/ready
              SWAPI          {{emulators.Swapi}}

            Open the web client, or write a request with curl and read the document a second later:

              curl -X PUT {{emulators.SyncGateway}}db/hello -H 'Content-Type: application/json' -d '{"action":"person_request"}'
              curl {{emulators.SyncGateway}}db/hello

            Or print every document as it changes:

              ./dev watch --url {{emulators.SyncGateway}}db

            """));
        return app;
    }
}
