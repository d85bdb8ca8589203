using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.Tests.Person;

/// <summary>Responses of an instance of SWAPI.</summary>
internal static class Answers
{
    /// <summary>A working instance with 82 people; number 17 is missing.</summary>
    public static RequestDelegate Swapi { get; } = Instance("""{"count":82,"next":null,"previous":null,"results":[]}""");

    public static RequestDelegate Html(int status) =>
        context => WriteAsync(context, status, "text/html", "<!doctype html><h1>Welcome</h1>");

    public static RequestDelegate Json(int status, string json) => context => WriteAsync(context, status, "application/json", json);

    public static RequestDelegate RetryAfter(int status, string value) => context =>
    {
        context.Response.Headers.RetryAfter = value;
        return Json(status, "{}")(context);
    };

    /// <summary>Closes the connection without a response.</summary>
    public static Task ResetAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Starts a response and closes the connection.</summary>
    public static async Task BreakOffAsync(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("""{"name":""");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>Never responds.</summary>
    public static Task NeverAsync(HttpContext context) =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Starts a response and never completes it.</summary>
    public static async Task NeverEndAsync(HttpContext context)
    {
        await context.Response.WriteAsync("""{"name":""");
        await context.Response.Body.FlushAsync();
        await NeverAsync(context);
    }

    /// <summary>An instance with the given list, and a person for each number up to 83 except the missing ones.</summary>
    public static RequestDelegate Instance(string list, Func<int, bool>? missing = null) => context =>
    {
        if (context.Request.Path == "/api/people/")
        {
            return Json(200, list)(context);
        }

        var text = context.Request.Path.Value?.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
        var id = int.Parse(text ?? "", CultureInfo.InvariantCulture);

        return id > 83 || (missing?.Invoke(id) ?? id == 17)
            ? Json(404, """{"detail":"Not found"}""")(context)
            : Json(200, $$"""{"name":"Person {{id}}","height":"172","films":[]}""")(context);
    };

    private static Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body);
    }
}
