using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev watch</c>: follows the changes feed and prints every changed document.</summary>
internal sealed class WatchCommand : Command
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Option<Uri> database = new("--url")
    {
        Description = "Address of the database, with credentials if it needs them: http://user:password@host:port/db",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:4984/db"),
        CustomParser = Parse,
    };

    public WatchCommand()
        : base("watch", "Print every document when it changes, until Ctrl-C")
    {
        Add(database);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        // Longer than the 60 s after which Sync Gateway answers a longpoll request without changes.
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var url = parseResult.GetValue(database)!;
        if (url.UserInfo is { Length: > 0 } user)
        {
            var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user));
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(credentials));
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
                // Without the user and the password.
                var shown = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
                await Console.Error.WriteLineAsync(
                    $"{shown}: {error.Message.TrimEnd('.')}. Trying again in {RetryDelay.TotalSeconds} s. Another address: ./dev watch --url http://host:port/db");
                await Task.Delay(RetryDelay, cancellationToken);
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

    private static Uri? Parse(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        result.AddError("--url must be the address of a database, for example http://host:port/db.");
        return null;
    }
}
