using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.Emulators.Hosting;

/// <summary>JSON endpoints through which another process controls an emulator.</summary>
/// <param name="routes">The handler of each <c>METHOD /path</c>; null is answered 204.</param>
internal sealed class ControlApi(IReadOnlyDictionary<string, Func<HttpContext, Task<object?>>> routes)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    public async Task AnswerAsync(HttpContext context)
    {
        if (!routes.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var route))
        {
            await SendAsync(context, 404, new { error = $"unknown endpoint: use one of {string.Join(", ", routes.Keys)}" });
            return;
        }

        try
        {
            var answer = await route(context);
            await SendAsync(context, answer is null ? 204 : 200, answer);
        }
        catch (Exception error) when (error is JsonException or BadHttpRequestException or FormatException)
        {
            await SendAsync(context, 400, new { error = error is JsonException json ? JsonReason.Of(json) : error.Message });
        }
    }

    /// <exception cref="JsonException">The body is not a valid <typeparamref name="T"/>, or has an unknown member.</exception>
    /// <exception cref="FormatException">A value is out of its range.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted)
            ?? throw new JsonException("the body must not be null");
        var errors = body is System.Collections.IEnumerable list
            ? list.Cast<object?>().SelectMany((item, index) =>
                MemberChecks.Find($"{index}", item ?? throw new JsonException("a list must not hold null")))
            : MemberChecks.Find("", body);
        return errors.FirstOrDefault() is { } error ? throw new FormatException(error) : body;
    }

    private static async Task SendAsync(HttpContext context, int status, object? body)
    {
        context.Response.StatusCode = status;
        if (body is null)
        {
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json), context.RequestAborted);
    }
}
