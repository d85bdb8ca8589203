using System.Net;
using System.Net.Http.Headers;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Lets only proper answers of SWAPI through; everything else is a <see cref="SwapiHostException"/> of the instance that gave it.</summary>
/// <remarks>Public instances have answered with error pages under 200 and with HTML for people they have, so the status alone says little.</remarks>
internal sealed class SwapiResponseValidator(TimeProvider clock) : DelegatingHandler
{
    private const int LargestBody = 1024 * 1024;
    private static readonly TimeSpan LongestRest = TimeSpan.FromDays(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Before it is sent: a redirect changes the request's address, and the slash at its end with it.
        var aboutList = request.RequestUri!.AbsolutePath.EndsWith("/people/", StringComparison.Ordinal); // Set by HostFallback.
        var response = await base.SendAsync(request, cancellationToken);

        try
        {
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotFound))
            {
                throw new SwapiHostException($"It answered {(int)response.StatusCode}.", RetryAfter(response));
            }

            var body = await BodyAsync(response.Content, cancellationToken);

            if (SwapiResponse.FindError(body, response.StatusCode, aboutList) is { } mistake)
            {
                throw new SwapiHostException(mistake);
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

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return null;
        }

        var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - clock.GetUtcNow()) : null;

        return asked switch
        {
            { Ticks: > 0 } when asked > LongestRest => LongestRest,
            { Ticks: > 0 } => asked,
            _ => null,
        };
    }

    private static async Task<byte[]> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            using var body = new MemoryStream();
            var part = new byte[16 * 1024];

            for (int read; (read = await stream.ReadAsync(part, cancellationToken)) > 0;)
            {
                body.Write(part, 0, read);

                if (body.Length > LargestBody)
                {
                    throw new SwapiHostException($"It answered with more than {LargestBody} bytes.");
                }
            }

            return body.ToArray();
        }
        catch (IOException error)
        {
            throw new SwapiHostException("It broke off in the middle of its answer.", cause: error);
        }
    }
}
