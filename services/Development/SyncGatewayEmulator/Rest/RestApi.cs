using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace OfflineActions.Emulators.Rest;

/// <summary>The REST API of the public or the admin port.</summary>
internal sealed class RestApi(SyncGatewayEmulator emulator, bool admin, ILogger log)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var target = RequestTarget.Parse(raw);
        var route = target is null ? null : Routes.Find(target.Segments);
        var resource = route?.For(http.Request.Method, admin);
        var context = new RequestContext(http, emulator, admin)
        {
            Keyspace = RequestTarget.Decode(route?.Database ?? ""),
            Name = resource is { KeepsName: true } ? route!.Name : RequestTarget.Decode(route?.Name ?? ""),
            SubName = RequestTarget.Decode(route?.SubName ?? ""),
        };
        context.Response.Headers.Server = !admin && emulator.Server.HideVersion ? ServerResource.Vendor : ServerResource.Product;
        var kind = KindOf(resource, context.Request.Method);
        emulator.Stats.Received(kind);
        try
        {
            if (!await FaultInjection.ApplyAsync(context, kind))
            {
                return;
            }

            await (target is null ? RejectAsync(context) : AnswerAsync(context, target, route, resource));
        }
        catch (HttpError error) when (!context.Response.HasStarted)
        {
            await context.FailAsync(error.Status, error.Error, error.Message);
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted)
        {
            await context.FailAsync(error.StatusCode, new HttpError(error.StatusCode, "").Error, error.Message);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The client disconnected, or the emulator restarts.
            context.Abort();
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.RequestFailed(error, context.Request.Method, context.Request.Path);
            await context.FailAsync(500, "Internal Server Error", error.Message);
        }

        if (context.IsResponseDiscarded)
        {
            context.Abort();
        }
    }

    private static async Task AnswerAsync(RequestContext context, RequestTarget target, Route? route, Resource? resource)
    {
        var method = context.Request.Method;
        if (route is null || resource is null)
        {
            var allow = route?.Allow(context.Admin) ?? "";
            CrossOrigin.AnswerWithoutHandler(context, allow);
            context.Response.Headers.Allow = allow.Length > 0 ? allow : throw new HttpError(404, "unknown URL");
            context.Response.StatusCode = 204;
            await (method == "OPTIONS" ? Task.CompletedTask : context.FailAsync(405, "Method Not Allowed", ""));
            return;
        }

        if (!target.IsClean)
        {
            // Go's mux answers this one before any handler: no body.
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = target.LocationOf(target.Clean());
            context.Response.ContentLength = 0;
            return;
        }

        if (route.Redirect != 0)
        {
            await RedirectAsync(context, target.LocationOf(route.Redirect > 0 ? target.Path + "/" : target.Path[..^1]));
            return;
        }

        try
        {
            await RequestEncoding.CheckAsync(context);
            if (resource.NeedsDatabase)
            {
                context.Database = Authentication.Authorize(context, context.Keyspace, resource);
            }
        }
        finally
        {
            CrossOrigin.Answer(context);
        }

        await resource.For(method, context.Admin)!(context);
    }

    /// <summary>Redirects with 301 to the URL with a trailing slash added or removed.</summary>
    private static async Task RedirectAsync(RequestContext context, string location)
    {
        context.Response.StatusCode = 301;
        context.Response.Headers.Location = location;
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.ContentLength = 0;
            return;
        }

        var shown = location.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);
        context.Response.ContentType = "text/html; charset=utf-8";
        if (context.Request.Method == "HEAD")
        {
            return;
        }

        await context.WriteAsync(Encoding.UTF8.GetBytes($"<a href=\"{shown}\">Moved Permanently</a>.\n\n"));
    }

    /// <summary>Answers a target with an invalid escape as Go's HTTP server does, which closes the connection.</summary>
    private static Task RejectAsync(RequestContext context)
    {
        context.Response.StatusCode = 400;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Connection = "close";
        return context.WriteAsync("400 Bad Request"u8.ToArray());
    }

    private static RequestKind KindOf(Resource? resource, string method) => (resource?.Kind, method) switch
    {
        (RequestKind.Read, "PUT" or "DELETE") => RequestKind.Write,
        (RequestKind.Other, "POST") => RequestKind.Write,
        ({ } kind, _) => kind,
        _ => RequestKind.Other,
    };
}
