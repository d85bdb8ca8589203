using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Jint;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Webhooks;

/// <summary>Posts changes to one URL. There is one attempt, and the status of the answer is ignored.</summary>
internal sealed class WebhookHandler : IDisposable
{
    private readonly HttpClient client;
    private readonly Uri url;
    private readonly AuthenticationHeaderValue? credentials;
    private readonly ILogger log;
    private WebhookFilter? filter;

    /// <exception cref="UriFormatException">The URL is not absolute.</exception>
    public WebhookHandler(WebhookOptions options, ILogger log)
    {
        this.log = log;
        Options = options;
        var given = new UriBuilder(new Uri(options.Url, UriKind.Absolute));
        if (given.UserName.Length > 0)
        {
            var pair = $"{Uri.UnescapeDataString(given.UserName)}:{Uri.UnescapeDataString(given.Password)}";
            credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
            (given.UserName, given.Password) = ("", "");
        }

        url = given.Uri;
        filter = string.IsNullOrEmpty(options.Filter) || IsLocation(options.Filter) ? null : new(options.Filter, log);

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

    /// <summary>The URL without credentials, for logs.</summary>
    public Uri Url => url;

    /// <param name="arguments">The JSON of the arguments of the filter; null for <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels a download of the filter.</param>
    /// <exception cref="InvalidOperationException">The filter failed.</exception>
    /// <exception cref="HttpRequestException">The source of the filter could not be downloaded.</exception>
    public async Task<bool> IsWantedAsync(byte[]?[] arguments, CancellationToken cancellationToken)
    {
        if (filter is null && IsLocation(Options.Filter))
        {
            filter = new(Uri.TryCreate(Options.Filter, UriKind.Absolute, out var source) && source.Scheme.StartsWith("http", StringComparison.Ordinal)
                ? await client.GetStringAsync(source, cancellationToken)
                : await File.ReadAllTextAsync(Options.Filter!, cancellationToken), log);
        }

        return filter?.Accepts(arguments) ?? true;
    }

    /// <exception cref="HttpRequestException">The receiver could not be reached.</exception>
    /// <exception cref="TaskCanceledException">The request timed out.</exception>
    public async Task PostAsync(byte[] payload, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new ByteArrayContent(payload);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        request.Headers.Authorization = credentials;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <summary>Whether a filter is the URL or path of a script instead of JavaScript.</summary>
    private static bool IsLocation(string? filter) => filter is { Length: < 1000 } && !filter.Contains('{', StringComparison.Ordinal)
        && (filter.StartsWith("http://", StringComparison.Ordinal) || filter.StartsWith("https://", StringComparison.Ordinal) || File.Exists(filter));

    public void Dispose() => client.Dispose();
}

/// <summary>The JavaScript filter of a webhook.</summary>
internal sealed class WebhookFilter(string source, ILogger log)
{
    private static readonly string[] TrueTexts = ["1", "t", "T", "true", "TRUE", "True"];
    private static readonly string[] FalseTexts = ["0", "f", "F", "false", "FALSE", "False"];

    private readonly Script script = new(source, ScriptUse.Filter, log);

    /// <summary>Whether the change is posted. A result that is neither a boolean nor the text of one is an error.</summary>
    /// <exception cref="InvalidOperationException">
    /// The script is not a function, threw, exceeded a limit, or returned no boolean.
    /// </exception>
    public bool Accepts(params byte[]?[] arguments) => script.Run(engine =>
    {
        var answer = engine.Call([.. arguments.Select(argument => engine.Parse(argument))]);
        return answer.IsBoolean() ? answer.AsBoolean()
            : answer.IsString() && TrueTexts.Contains(answer.AsString()) ? true
            : answer.IsString() && FalseTexts.Contains(answer.AsString()) ? false
            : throw new InvalidOperationException(answer.IsString()
                ? $"strconv.ParseBool: parsing {GoText.Quote(answer.AsString())}: invalid syntax"
                : "Validate function returned non-boolean value.");
    });
}
