using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Passes only valid responses of SWAPI. Any other response is a <see cref="SwapiHostException"/> of its instance.</summary>
/// <remarks>
/// Public instances have sent error pages with status 200 and HTML for people they have, so the status alone says little.
/// </remarks>
internal sealed class SwapiResponseValidator(TimeProvider clock) : DelegatingHandler
{
    private const int MaxBodyBytes = 1024 * 1024;
    private static readonly TimeSpan MaxCooldown = TimeSpan.FromDays(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HostFailover has set the address.
        var isList = request.RequestUri!.AbsolutePath.EndsWith("/people/", StringComparison.Ordinal);
        var response = await base.SendAsync(request, cancellationToken);

        try
        {
            if ((int)response.StatusCode is >= 300 and < 400)
            {
                throw new SwapiHostException(
                    $"It redirects to another address ({(int)response.StatusCode}), which is not followed: set {SwapiOptions.Section}:"
                    + $"{nameof(SwapiOptions.BaseAddresses)} to the address of the API itself.");
            }

            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            {
                throw new SwapiHostException($"It answered {(int)response.StatusCode}.", GetCooldown(response));
            }

            var body = await ReadBodyAsync(response.Content, cancellationToken);
            if (SwapiResponse.FindError(body, response.StatusCode, isList) is { } error)
            {
                throw new SwapiHostException(error);
            }

            response.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private TimeSpan? GetCooldown(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        && response.GetRetryAfter(clock) is { Ticks: > 0 } cooldown
            ? cooldown < MaxCooldown ? cooldown : MaxCooldown
            : null;

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
            return await content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new SwapiHostException($"Its response is longer than {MaxBodyBytes} bytes.", cause: error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new SwapiHostException("Its response is incomplete.", cause: error);
        }
    }
}

/// <summary>The responses of SWAPI.</summary>
internal static class SwapiResponse
{
    // A response becomes part of a document, which is nested itself; many readers accept 64 levels.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>What is wrong with a response; null when it is valid.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="status">200 or 404.</param>
    /// <param name="isList">Whether the request was for the list of people, not for one person.</param>
    public static string? FindError(ReadOnlySpan<byte> body, HttpStatusCode status, bool isList)
    {
        try
        {
            using var document = JsonDocument.Parse(body.ToArray(), Strict);
            var json = document.RootElement;

            // Half a surrogate pair can be read, but not written into a document.
            _ = JsonSerializer.SerializeToUtf8Bytes(json);

            return (status, isList) switch
            {
                (HttpStatusCode.NotFound, true) => "It has no list of people: its base address may be wrong.",
                (HttpStatusCode.NotFound, false) => null,
                (_, true) => ReadCount(json) is null ? "Its list of people has neither a count nor people." : null,
                _ => SwapiFacts.Read(json) is null ? "Its person has no name." : null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"It answered {(int)status} with a body that is not valid JSON.";
        }
    }

    /// <summary>
    /// The number of people in a list; null when the list does not say. It is an array with all of them, or an object with <c>count</c> or
    /// <c>total_records</c>.
    /// </summary>
    public static int? ReadCount(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array when list.GetArrayLength() is > 0 and var people => people,
        JsonValueKind.Object when (list.TryGetProperty("count", out var count) || list.TryGetProperty("total_records", out count))
            && count.ValueKind is JsonValueKind.Number
            && count.TryGetInt32(out var people)
            && people is > 0 and < int.MaxValue => people,
        _ => null,
    };
}
