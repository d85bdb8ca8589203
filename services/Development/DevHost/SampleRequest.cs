using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.DevHost;

/// <summary>Acts as an app: writes a request, follows the changes feed, and prints the document before and after.</summary>
internal static class SampleRequest
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Sends one request through the whole system.</summary>
    /// <returns>0 when the document becomes <c>person_success</c>, else 1.</returns>
    public static async Task<int> RunAsync(WebApplication app, EmulatedServices emulators)
    {
        await app.StartAsync();

        using var timeout = new CancellationTokenSource(Timeout);
        using var database = new HttpClient { BaseAddress = new Uri(emulators.SyncGateway, "db/") };
        var watch = Stopwatch.StartNew();
        try
        {
            var request = new JsonObject
            {
                ["action"] = "person_request",
                ["note"] = "written on the device",
                ["requestedAt"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
                // A new trace, as an app with a tracing library begins one.
                ["traceparent"] = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01",
            };
            var written = await database.PutAsJsonAsync("hello", request, timeout.Token);
            written.EnsureSuccessStatusCode();
            Print("The app writes:", (await database.GetFromJsonAsync<JsonObject>("hello", timeout.Token))!);

            var result = await WaitForResultAsync(database, timeout.Token);
            Print($"The document {watch.ElapsedMilliseconds} ms later:", result);
            return (string?)result["action"] is "person_success" ? 0 : 1;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            Console.Error.WriteLine($"No result within {Timeout.TotalSeconds} s. The log above may say why.");
            return 1;
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private static async Task<JsonObject> WaitForResultAsync(HttpClient database, CancellationToken cancellationToken)
    {
        var since = "0";
        while (true)
        {
            // GetFromJsonAsync returns null only for the JSON value null.
            var document = (await database.GetFromJsonAsync<JsonObject>("hello", cancellationToken))!;
            if ((string?)document["action"] is not "person_request")
            {
                return document;
            }

            var changes = await database.GetFromJsonAsync<JsonObject>($"_changes?feed=longpoll&since={since}", cancellationToken);
            since = (string?)changes!["last_seq"];
        }
    }

    private static void Print(string title, JsonObject document)
    {
        Console.WriteLine(title);
        Console.WriteLine(document.ToJsonString(Readable));
        Console.WriteLine();
    }
}
