using System.Globalization;
using OfflineActions.Emulators.Configuration;

namespace OfflineActions.Emulators.Wire;

/// <summary>What browsers are told about pages of other origins, where the configuration lets any use the public port.</summary>
internal static class CrossOrigin
{
    /// <returns>Whether the request came from a page.</returns>
    public static bool Answer(Exchange exchange)
    {
        var origin = exchange.Request.Headers.Origin.ToString();
        if (exchange.Admin || origin.Length == 0 || exchange.Emulator.Server.Cors is not { } cors)
        {
            return false;
        }

        exchange.Response.Headers.AccessControlAllowOrigin = CorsConfiguration.Match(cors.Origins, origin);
        exchange.Response.Headers.AccessControlAllowCredentials = "true";
        exchange.Response.Headers.AccessControlAllowHeaders = string.Join(", ", cors.Headers);
        return true;
    }

    public static void AnswerPreflight(Exchange exchange, bool fromPage, string allow)
    {
        if (fromPage)
        {
            exchange.Response.Headers.AccessControlMaxAge = exchange.Emulator.Server.Cors!.MaxAge.ToString(CultureInfo.InvariantCulture);
            exchange.Response.Headers.AccessControlAllowMethods = allow;
        }
    }

    /// <summary>Whether a page may log in.</summary>
    /// <exception cref="HttpError">400: it may not.</exception>
    public static void CheckLogin(Exchange exchange)
    {
        var origin = exchange.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && CorsConfiguration.Match(exchange.Emulator.Server.Cors?.LoginOrigins ?? [], origin).Length == 0)
        {
            throw new HttpError(400, "No CORS");
        }
    }
}
