using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace OfflineActions.Emulators;

/// <summary>The HTTP API of an emulated SWAPI.</summary>
internal sealed class SwapiApi(SwapiEmulator emulator)
{
    private const int PageSize = 10;

    private const string Page = "<!doctype html><title>Under construction</title><p>Come back later.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/').Split('/');
        var person = path is ["api", "people", var last] && TryNumber(last, out var id) ? id : 0;
        emulator.Stats.Received(person);
        try
        {
            if (await FaultAsync(context, person))
            {
                return;
            }

            await (context.Request.Method is not ("GET" or "HEAD")
                ? SendAsync(context, 405, new { detail = $"Method \"{context.Request.Method}\" not allowed." })
                : AnswerAsync(context, path, person));
        }
        catch (OperationCanceledException)
        {
            Abort(context);
        }
    }

    private async Task AnswerAsync(HttpContext context, string[] path, int person)
    {
        var api = $"{context.Request.Scheme}://{context.Request.Host}/api/";
        var answer = path switch
        {
            ["api"] => (object)new { people = $"{api}people/" },
            ["api", "people"] => List(context, api),
            ["api", "people", _] => SwapiPeople.Find(person, api),
            _ => null,
        };
        await (answer is null ? SendAsync(context, 404, new { detail = "Not found" }) : SendAsync(context, 200, answer));
    }

    private object? List(HttpContext context, string api)
    {
        if (emulator.Options.PlainList)
        {
            return SwapiPeople.Ids.Select(id => SwapiPeople.Find(id, api));
        }

        var page = 1;
        var asked = context.Request.Query["page"].ToString();
        var pages = (SwapiPeople.Ids.Count + PageSize - 1) / PageSize;
        if ((asked.Length > 0 && !TryNumber(asked, out page)) || page < 1 || page > pages)
        {
            return null;
        }

        return new
        {
            count = SwapiPeople.Ids.Count,
            next = page < pages ? $"{api}people/?page={page + 1}" : null,
            previous = page > 1 ? $"{api}people/?page={page - 1}" : null,
            results = SwapiPeople.Ids.Skip((page - 1) * PageSize).Take(PageSize).Select(id => SwapiPeople.Find(id, api)),
        };
    }

    /// <returns>Whether a fault ended the request.</returns>
    private async Task<bool> FaultAsync(HttpContext context, int person)
    {
        var faults = emulator.Faults;
        if (faults.Refuse || faults.Reset)
        {
            Abort(context);
            return true;
        }

        await faults.DelayAsync(context.RequestAborted);
        while (emulator.Faults.Hang || emulator.Faults.HangFor?.Contains(person) is true)
        {
            await Task.Delay(10, context.RequestAborted);
        }

        if (faults.TakeFailure())
        {
            await SendAsync(context, faults.ErrorStatus, new { detail = "injected fault" });
            return true;
        }

        if (faults.RateLimited)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(faults.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await SendAsync(context, 429, new { detail = "Request was throttled." });
            return true;
        }

        if (faults.Html)
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(Page, context.RequestAborted);
            return true;
        }

        return false;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static async Task SendAsync(HttpContext context, int status, object body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static void Abort(HttpContext context) => context.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
}
