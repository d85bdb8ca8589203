using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Emulators.SyncGateway.Webhooks;

/// <summary>Posts changes to one receiver: one attempt each, and whatever it answers is as good as anything.</summary>
internal sealed class WebhookHandler : IDisposable
{
    private readonly HttpClient client;
    private readonly Uri url;
    private readonly AuthenticationHeaderValue? credentials;
    private readonly WebhookFilter? filter;

    /// <exception cref="UriFormatException">The URL is not an absolute one.</exception>
    public WebhookHandler(WebhookOptions options)
    {
        Options = options;
        var given = new UriBuilder(new Uri(options.Url, UriKind.Absolute));
        if (given.UserName.Length > 0)
        {
            var pair = $"{Uri.UnescapeDataString(given.UserName)}:{Uri.UnescapeDataString(given.Password)}";
            credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
            (given.UserName, given.Password) = ("", "");
        }

        url = given.Uri;
        filter = string.IsNullOrWhiteSpace(options.Filter) ? null : new(options.Filter);

        // No trace headers: Sync Gateway sends none.
        client = new(new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.GZip,
            MaxAutomaticRedirections = 10,
            UseCookies = false,
        })
        {
            Timeout = options.Timeout == 0 ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(options.Timeout),
        };
    }

    public WebhookOptions Options { get; }

    /// <summary>The URL without its credentials, to tell handlers apart in logs.</summary>
    public Uri Url => url;

    /// <exception cref="InvalidOperationException">The filter failed.</exception>
    public bool Wants(byte[] payload, byte[]? old) => filter?.Admits(payload, old) ?? true;

    /// <exception cref="HttpRequestException">The receiver could not be reached.</exception>
    /// <exception cref="TaskCanceledException">It did not answer in time.</exception>
    public async Task Post(byte[] payload, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new ByteArrayContent(payload);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        request.Headers.Authorization = credentials;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancelled);
    }

    public void Dispose() => client.Dispose();
}
