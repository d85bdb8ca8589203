using Microsoft.AspNetCore.Http.Features;

namespace Emulators.SyncGateway.Wire;

/// <summary>Answers the requests of one port, public or admin.</summary>
internal sealed class Port(SyncGatewayEmulator emulator, bool admin, ILogger log)
{
    public async Task Answer(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var target = Target.Parse(raw);
        var route = target is null ? null : Routes.Find(target.Segments);
        if (route is { Resource.Public: false } && !admin)
        {
            route = null;
        }

        var exchange = new Exchange(context, emulator, admin)
        {
            Name = Target.Meaning(route?.Name ?? ""),
            SubName = Target.Meaning(route?.SubName ?? ""),
        };
        context.Response.Headers.Server = ServerResource.Product;
        var kind = KindOf(route?.Resource, context.Request.Method);
        emulator.Stats.Received(kind);
        try
        {
            if (!await FaultGate.Pass(exchange, kind))
            {
                return;
            }

            await (target is null ? exchange.Fail(400, "Bad Request", "invalid URL escape") : Answer(exchange, target, route));
        }
        catch (Refusal refusal) when (!context.Response.HasStarted)
        {
            await exchange.Fail(refusal.Status, refusal.Error, refusal.Message);
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await exchange.Fail(error.StatusCode, new Refusal(error.StatusCode, "").Error, error.Message);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The client is gone, or this Sync Gateway is.
            exchange.CutConnection();
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.RequestFailed(error, context.Request.Method, context.Request.Path);
            await exchange.Fail(500, "Internal Server Error", error.Message);
        }

        if (exchange.AnswerIsLost)
        {
            exchange.CutConnection();
        }
    }

    private static async Task Answer(
        Exchange exchange, Target target, (Resource Resource, string Database, string Name, string SubName)? route)
    {
        if (target.Segments is [[not '_', ..] name] && route is null)
        {
            exchange.Response.StatusCode = 301;
            exchange.Response.Headers.Location = $"/{Uri.EscapeDataString(name)}/{exchange.Request.QueryString}";
            return;
        }

        if (route is not { } found)
        {
            throw new Refusal(404, "unknown URL");
        }

        if (found.Resource.For(exchange.Request.Method) is not { } handler)
        {
            exchange.Response.Headers.Allow = found.Resource.Allow;
            var options = exchange.Request.Method == "OPTIONS";
            exchange.Response.StatusCode = 204;
            await (options ? Task.CompletedTask : exchange.Fail(405, "Method Not Allowed", ""));
            return;
        }

        if (found.Resource.NeedsDatabase)
        {
            exchange.Database = Access.Admit(exchange, Target.Meaning(found.Database));
        }

        await handler(exchange);
    }

    private static RequestKind KindOf(Resource? resource, string method) => (resource?.Kind, method) switch
    {
        (RequestKind.Read, "PUT" or "DELETE") => RequestKind.Write,
        (RequestKind.Other, "POST") => RequestKind.Write,
        ({ } kind, _) => kind,
        _ => RequestKind.Other,
    };
}
