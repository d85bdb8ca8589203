using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.DevHost;

/// <summary>Does what an app does: writes a request, follows the changes feed, and looks at the answer.</summary>
internal static class OneRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Sends one request through everything.</summary>
    /// <returns>0 when the document ends in success, else 1.</returns>
    public static async Task<int> RunAsync(WebApplication app, EmulatedWorld outside)
    {
        await app.StartAsync();

        using var patience = new CancellationTokenSource(Patience);
        using var database = new HttpClient { BaseAddress = new Uri(outside.SyncGateway, "db/") };
        var watch = Stopwatch.StartNew();
        try
        {
            var request = new JsonObject { ["action"] = "person_request", ["note"] = "written on the device" };
            var written = await database.PutAsJsonAsync("hello", request, patience.Token);
            written.EnsureSuccessStatusCode();
            Print("The app writes:", (await database.GetFromJsonAsync<JsonObject>("hello", patience.Token))!);

            var answer = await AnsweredAsync(database, patience.Token);
            Print($"and finds, {watch.ElapsedMilliseconds} ms later:", answer);
            return (string?)answer["action"] is "person_success" ? 0 : 1;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Console.Error.WriteLine($"No answer within {Patience.TotalSeconds} s. The log above says why.");
            return 1;
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private static async Task<JsonObject> AnsweredAsync(HttpClient database, CancellationToken cancellationToken)
    {
        var since = "0";
        while (true)
        {
            // GetFromJson of a body that is there gives no null, only one of the JSON word null would.
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
