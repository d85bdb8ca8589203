using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Operator.Serve.Access;

/// <summary>Refuses what pages of other sites send: the browser adds the password, or is on this machine, without anybody meaning it.</summary>
internal sealed class ForeignPages(IServer server, IOptions<OperatorOptions> options)
{
    private readonly OwnSite site = new(server, options.Value.Origins);

    public Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        // Probes and load balancers use host names of their own.
        if (!context.Request.Path.StartsWithSegments("/health") && !site.IsOwnHost(context.Request.Host.Host))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("This host name is not configured: see Operator:Origins.");
        }

        var isHarmless = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!isHarmless && !site.IsOwnPage(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("This request comes from a page of another site.");
        }

        return next(context);
    }
}
