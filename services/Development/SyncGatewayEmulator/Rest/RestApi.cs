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
            Name = RequestTarget.Decode(route?.Name ?? ""),
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

            await (target is null ? context.FailAsync(400, "Bad Request", "invalid URL escape") : AnswerAsync(context, raw, route, resource));
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

    private static async Task AnswerAsync(RequestContext context, string raw, Route? route, Resource? resource)
    {
        var method = context.Request.Method;
        var isCrossOrigin = CrossOrigin.Answer(context);
        if (route is null || resource is null)
        {
            var allow = route?.Allow(context.Admin) is { Length: > 0 } methods ? methods : throw new HttpError(404, "unknown URL");
            context.Response.Headers.Allow = allow;
            CrossOrigin.AnswerPreflight(context, isCrossOrigin, allow);
            context.Response.StatusCode = 204;
            await (method == "OPTIONS" ? Task.CompletedTask : context.FailAsync(405, "Method Not Allowed", ""));
            return;
        }

        if (route.Redirect != 0)
        {
            await RedirectAsync(context, raw, route.Redirect);
            return;
        }

        if (resource.NeedsDatabase)
        {
            context.Database = Authentication.Authorize(context, context.Keyspace, resource);
        }

        await resource.For(method, context.Admin)!(context);
    }

    /// <summary>Redirects with 301 to the URL with a trailing slash added or removed.</summary>
    private static async Task RedirectAsync(RequestContext context, string raw, int slash)
    {
        var query = raw.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? at : raw.Length;
        var path = slash > 0 ? raw[..query] + "/" : raw[..query].TrimEnd('/');
        context.Response.StatusCode = 301;
        context.Response.Headers.Location = path + raw[query..];
        if (context.Request.Method is "GET" or "HEAD")
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.WriteAsync(System.Text.Encoding.UTF8.GetBytes(
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
