using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev watch</c>: a client that prints every document on every change.</summary>
internal sealed class WatchCommand : Command
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Option<Uri> database = new("--url")
    {
        Description = "the database, http://user:password@host:port/db where it asks for them; else http://127.0.0.1:4984/db",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:4984/db"),
        CustomParser = Parse,
    };

    public WatchCommand()
        : base("watch", "print every document on every change; Ctrl-C ends it")
    {
        Add(database);
        SetAction(WatchAsync);
    }

    private async Task<int> WatchAsync(ParseResult given, CancellationToken cancellationToken)
    {
        // A feed that waits is answered after its own timeout of one minute.
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var url = given.GetValue(database)!;
        if (url.UserInfo is { Length: > 0 } user)
        {
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
        }

        var feed = $"{url.AbsoluteUri.TrimEnd('/')}/_changes?feed=longpoll&include_docs=true&timeout=60000&since=";
        var since = "0";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var changes = JsonNode.Parse(await http.GetStringAsync(feed + Uri.EscapeDataString(since), cancellationToken))!;
                Print(changes["results"]!.AsArray());
                since = (string)changes["last_seq"]!;
            }
            catch (HttpRequestException error)
            {
                await Console.Error.WriteLineAsync($"{error.Message} Trying again …");
                await Task.Delay(Pause, cancellationToken);
            }
        }

        return 0;
    }

    private static void Print(JsonArray rows)
    {
        foreach (var document in rows.Select(row => row!["doc"]).OfType<JsonNode>())
        {
            Console.WriteLine($"{DateTime.Now:HH:mm:ss.fff} {document.ToJsonString(Readable)}");
        }
    }

    private static Uri? Parse(ArgumentResult given)
    {
        if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        given.AddError("--url takes the address of a database, http://host:port/db.");
        return null;
    }
}
