using System.Globalization;
using OfflineActions.Emulators.Configuration;

namespace OfflineActions.Emulators.Rest;

/// <summary>CORS on the public port. Without a configuration it allows no origin, with the same headers.</summary>
internal static class CrossOrigin
{
    /// <returns>Whether CORS applies to the request.</returns>
    public static bool Answer(RequestContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (context.Admin || origin.Length == 0)
        {
            return false;
        }

        var cors = context.Emulator.Server.Cors ?? CorsConfiguration.None;

        context.Response.Headers.AccessControlAllowOrigin = CorsConfiguration.Match(cors.Origins, origin);
        context.Response.Headers.AccessControlAllowCredentials = "true";
        context.Response.Headers.AccessControlAllowHeaders = string.Join(", ", cors.Headers);
        return true;
    }

    public static void AnswerPreflight(RequestContext context, bool isCrossOrigin, string allow)
    {
        if (isCrossOrigin)
        {
            var cors = context.Emulator.Server.Cors ?? CorsConfiguration.None;
            context.Response.Headers.AccessControlMaxAge = cors.MaxAge.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.AccessControlAllowMethods = allow;
        }
    }

    /// <summary>Checks that the origin may log in.</summary>
    /// <exception cref="HttpError">400: the origin is not allowed.</exception>
    public static void CheckLogin(RequestContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && CorsConfiguration.Match(context.Emulator.Server.Cors?.LoginOrigins ?? [], origin).Length == 0)
        {
            throw new HttpError(400, "No CORS");
        }
    }
}
