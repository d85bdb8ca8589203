using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Serve.Access;

/// <summary>
/// Says who sends a request: the user that a trusted reverse proxy names, the user who signs in with a password, or, when no access is
/// configured, whoever is on this machine.
/// </summary>
internal sealed class AccessHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<OperatorOptions> options,
    FailedLogins failedLogins) : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string SchemeName = "operator";

    private const string LocalUser = "local";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var areTooMany = failedLogins.AreTooMany(Context.Connection.RemoteIpAddress);
        Response.StatusCode = areTooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized;
        if (options.Value.Users is { Length: > 0 })
        {
            Response.Headers.WWWAuthenticate = "Basic realm=\"operator\", charset=\"UTF-8\"";
        }

        return Response.WriteAsync(
            areTooMany ? "Too many wrong passwords. Try again in a minute." : "Sign in to see this page.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Logger.ActRefused(VisibleText.Escape(Context.User.Identity?.Name ?? ""), Request.Method, Request.Path);
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Response.WriteAsync("You may look, but not act: your role is look.");
    }

    private AuthenticateResult Authenticate()
    {
        if (!options.Value.HasAccess)
        {
            return Succeed(LocalUser, OperatorRole.Act);
        }

        if (ReadProxyUser() is { } proxyUser)
        {
            var mayAct = options.Value.ActUsers?.Contains(proxyUser, StringComparer.Ordinal) is true;
            return Succeed(proxyUser, mayAct ? OperatorRole.Act : OperatorRole.Look);
        }

        if (ReadCredentials() is not var (name, password) || failedLogins.AreTooMany(Context.Connection.RemoteIpAddress))
        {
            return AuthenticateResult.NoResult();
        }

        // Every password is compared, so that the time does not tell which names exist.
        OperatorUser? found = null;
        foreach (var user in options.Value.ReadUsers())
        {
            found = user.HasPassword(password) & user.Name == name ? user : found;
        }

        if (found is null)
        {
            failedLogins.Record(Context.Connection.RemoteIpAddress);
            Logger.LoginFailed(VisibleText.Escape(name), Context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
            return AuthenticateResult.Fail("wrong name or password");
        }

        return Succeed(found.Name, found.Role);
    }

    private string? ReadProxyUser()
    {
        if (options.Value.UserHeader is not { Length: > 0 } header || Context.Connection.RemoteIpAddress is not { } remote)
        {
            return null;
        }

        remote = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return options.Value.ReadProxies().Any(network => network.Contains(remote)) && Request.Headers[header] is [{ Length: > 0 } user] ? user : null;
    }

    private (string Name, string Password)? ReadCredentials()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[(header.Parameter ?? "").Length];
        return Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var name, var password]
                ? (name, password)
                : null;
    }

    private static AuthenticateResult Succeed(string name, string role) => AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)], SchemeName)), SchemeName));
}
