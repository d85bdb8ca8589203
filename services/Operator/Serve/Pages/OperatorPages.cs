using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Serve.Access;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>The addresses of the page.</summary>
internal static class OperatorPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AddEndpointFilter(ShowUnavailableAsync).ExcludeFromDescription();
        pages.MapGet("/", OverviewPage.Show);
        pages.MapGet("/live", (HttpContext context, Layout layout) => layout.Show(context, "State", Html.Empty));
        pages.MapGet("/dead-letters", DeadLetterPages.ListAsync);
        pages.MapGet("/dead-letters/message", DeadLetterPages.ShowAsync);
        pages.MapPost("/dead-letters/check", ActForms.CheckAsync).RequireAuthorization(OperatorRole.Act);
        pages.MapPost("/dead-letters/start", ActForms.StartAsync).RequireAuthorization(OperatorRole.Act);
        pages.MapGet("/document", DocumentPage.ShowAsync);
        pages.MapPost("/document/publish", DocumentPage.PublishAsync).RequireAuthorization(OperatorRole.Act);
        pages.MapGet("/services", ServicesPage.Show);
        pages.MapGet("/reconcile", JobPages.ShowReconcile);
        pages.MapPost("/reconcile", JobPages.StartReconcileAsync).RequireAuthorization(OperatorRole.Act);
        pages.MapGet("/pause", PausePage.Show);
        pages.MapPost("/pause", PausePage.ActAsync).RequireAuthorization(OperatorRole.Act);
        pages.MapGet("/topology", TopologyPage.ShowAsync);
        pages.MapGet("/jobs", JobPages.List);
        pages.MapGet("/jobs/{id}", JobPages.Show);
        pages.MapPost("/jobs/{id}/stop", JobPages.Stop).RequireAuthorization(OperatorRole.Act);
        foreach (var (file, type) in new[] { ("operator.css", "text/css"), ("operator.js", "text/javascript"), ("icon.svg", "image/svg+xml") })
        {
            var content = ReadFile(file);
            pages.MapGet("/" + file, (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "no-cache";
                return Results.Bytes(content, type + "; charset=utf-8");
            });
        }
    }

    private static byte[] ReadFile(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in this program.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static async ValueTask<object?> ShowUnavailableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception error) when (error is BrokerUnavailableException or UnavailableException)
        {
            var layout = (Layout)context.HttpContext.RequestServices.GetService(typeof(Layout))!;
            return layout.ShowProblem(context.HttpContext, "This cannot be shown now", error.Message, StatusCodes.Status503ServiceUnavailable);
        }
    }
}
