using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.WebClient;

/// <summary>Refuses requests from pages of other origins, which could use the session cookie or guest access.</summary>
internal sealed class ForeignSites(IServer server, IOptions<WebClientOptions> options)
{
    private readonly OwnSite site = new(server, options.Value.Origins);

    public Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        // Probes and load balancers use host names of their own.
        if (!context.Request.Path.StartsWithSegments("/health") && !site.IsOwnHost(context.Request.Host.Host))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("This host name is not configured: see WebClient:Origins.");
        }

        if (context.Request.Path.StartsWithSegments("/db") && !site.IsOwnPage(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
