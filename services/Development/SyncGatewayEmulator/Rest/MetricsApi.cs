using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>The API of the metrics port, with the most important metrics.</summary>
internal sealed class MetricsApi(SyncGatewayEmulator emulator)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var context = new RequestContext(http, emulator, admin: true);
        context.Response.Headers.Server = ServerResource.Product;
        try
        {
            await (context.Request.Path.Value switch
            {
                "/_metrics" or "/metrics" or "/_expvar" or "/_ping" when context.Request.Method is not ("GET" or "HEAD") =>
                    throw WrongMethod(context),
                "/_metrics" or "/metrics" => PrometheusAsync(context),
                "/_expvar" => ServerResource.VariablesAsync(context),
                "/_ping" => ServerResource.PingAsync(context),
                _ => throw new HttpError(404, "unknown URL"),
            });
        }
        catch (HttpError error)
        {
            await context.FailAsync(error.Status, error.Error, error.Message);
        }
    }

    private static HttpError WrongMethod(RequestContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return new(405, "");
    }

    private async Task PrometheusAsync(RequestContext context)
    {
        var text = new StringBuilder();
        Write(text, "num_doc_writes", "The total number of documents written by any means.", database => database.Writes);
        Write(text, "sequence_assigned_count", "The total number of sequence numbers assigned.", database => database.Sequences.Last);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private void Write(StringBuilder text, string name, string help, Func<Database, long> value)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP sgw_database_{name} {help}\n# TYPE sgw_database_{name} counter\n");
        foreach (var database in emulator.Databases.OrderBy(database => database.Name, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"sgw_database_{name}{{database=\"{database.Name}\"}} {value(database)}\n");
        }
    }
}
