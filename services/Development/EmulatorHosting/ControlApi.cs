using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.Emulators.Hosting;

/// <summary>The JSON endpoints by which another process drives an emulator.</summary>
/// <param name="routes">What each <c>METHOD /path</c> does; a null answer is 204.</param>
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
            await SendAsync(context, 404, new { error = $"There is {string.Join(", ", routes.Keys)}." });
            return;
        }

        try
        {
            var answer = await route(context);
            await SendAsync(context, answer is null ? 204 : 200, answer);
        }
        catch (Exception error) when (error is JsonException or BadHttpRequestException or FormatException)
        {
            await SendAsync(context, 400, new { error = error.Message });
        }
    }

    /// <exception cref="JsonException">It is not what is expected; a misspelt member counts as that.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context) =>
        await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Json, context.RequestAborted)
            ?? throw new JsonException("null is nothing to work with");

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
