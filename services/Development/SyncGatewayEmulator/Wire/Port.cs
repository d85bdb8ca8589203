using Microsoft.AspNetCore.Http.Features;

namespace OfflineActions.Emulators.Wire;

/// <summary>Answers the requests of one port, public or admin.</summary>
internal sealed class Port(SyncGatewayEmulator emulator, bool admin, ILogger log)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var target = Target.Parse(raw);
        var route = target is null ? null : Routes.Find(target.Segments);
        var resource = route?.For(context.Request.Method, admin);
        var exchange = new Exchange(context, emulator, admin)
        {
            Keyspace = Target.Meaning(route?.Database ?? ""),
            Name = Target.Meaning(route?.Name ?? ""),
            SubName = Target.Meaning(route?.SubName ?? ""),
        };
        context.Response.Headers.Server = !admin && emulator.Server.HideVersion ? ServerResource.Vendor : ServerResource.Product;
        var kind = KindOf(resource, context.Request.Method);
        emulator.Stats.Received(kind);
        try
        {
            if (!await FaultGate.PassAsync(exchange, kind))
            {
                return;
            }

            await (target is null ? exchange.FailAsync(400, "Bad Request", "invalid URL escape") : AnswerAsync(exchange, raw, route, resource));
        }
        catch (HttpError refusal) when (!context.Response.HasStarted)
        {
            await exchange.FailAsync(refusal.Status, refusal.Error, refusal.Message);
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await exchange.FailAsync(error.StatusCode, new HttpError(error.StatusCode, "").Error, error.Message);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The client is gone, or this Sync Gateway is.
            exchange.CutConnection();
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.RequestFailed(error, context.Request.Method, context.Request.Path);
            await exchange.FailAsync(500, "Internal Server Error", error.Message);
        }

        if (exchange.AnswerIsLost)
        {
            exchange.CutConnection();
        }
    }

    private static async Task AnswerAsync(Exchange exchange, string raw, Route? route, Resource? resource)
    {
        var method = exchange.Request.Method;
        var cross = CrossOrigin.Answer(exchange);
        if (route is null || resource is null)
        {
            var allow = route?.Allow(exchange.Admin) is { Length: > 0 } methods ? methods : throw new HttpError(404, "unknown URL");
            exchange.Response.Headers.Allow = allow;
            CrossOrigin.AnswerPreflight(exchange, cross, allow);
            exchange.Response.StatusCode = 204;
            await (method == "OPTIONS" ? Task.CompletedTask : exchange.FailAsync(405, "Method Not Allowed", ""));
            return;
        }

        if (route.Redirect != 0)
        {
            await RedirectAsync(exchange, raw, route.Redirect);
            return;
        }

        if (resource.NeedsDatabase)
        {
            exchange.Database = Access.Admit(exchange, exchange.Keyspace, resource);
        }

        await resource.For(method, exchange.Admin)!(exchange);
    }

    /// <summary>301 to the same URL with its slash, or without the one too much.</summary>
    private static async Task RedirectAsync(Exchange exchange, string raw, int slash)
    {
        var query = raw.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? at : raw.Length;
        var path = slash > 0 ? raw[..query] + "/" : raw[..query].TrimEnd('/');
        exchange.Response.StatusCode = 301;
        exchange.Response.Headers.Location = path + raw[query..];
        if (exchange.Request.Method is "GET" or "HEAD")
        {
            exchange.Response.ContentType = "text/html; charset=utf-8";
            await exchange.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
                $"<a href=\"{System.Net.WebUtility.HtmlEncode(path + raw[query..])}\">Moved Permanently</a>.\n\n"));
        }
    }

    private static RequestKind KindOf(Resource? resource, string method) => (resource?.Kind, method) switch
    {
        (RequestKind.Read, "PUT" or "DELETE") => RequestKind.Write,
        (RequestKind.Other, "POST") => RequestKind.Write,
        ({ } kind, _) => kind,
        _ => RequestKind.Other,
    };
}
