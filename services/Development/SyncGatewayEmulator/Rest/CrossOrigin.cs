using System.Globalization;
using OfflineActions.Emulators.Configuration;

namespace OfflineActions.Emulators.Rest;

/// <summary>
/// CORS on the public port: the settings of the database once the user may use it, those of the server before. Without settings no origin
/// is allowed, with the same headers.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>Adds the headers of a request that has a handler, when it is known whether its user may use the database.</summary>
    public static void Answer(RequestContext context) => Answer(context, context.HasDatabase ? context.Database : null);

    /// <summary>Adds the headers where there is no handler: of an unknown URL, and of OPTIONS and other methods.</summary>
    /// <param name="context">The request.</param>
    /// <param name="allow">The methods of the URL; empty for an unknown one.</param>
    public static void AnswerWithoutHandler(RequestContext context, string allow)
    {
        // Here Sync Gateway uses the settings of the database for everyone.
        var database = allow.Length > 0 ? context.Emulator.Find(context.Keyspace.Split('.')[0]) : null;
        if (Answer(context, database) && allow.Length > 0)
        {
            context.Response.Headers.AccessControlMaxAge = SettingsOf(context, database).MaxAge.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.AccessControlAllowMethods = allow;
        }
    }

    /// <summary>Checks that the origin may log in.</summary>
    /// <exception cref="HttpError">400: the origin is not allowed.</exception>
    public static void CheckLogin(RequestContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && CorsConfiguration.Match(SettingsOf(context, context.Database).LoginOrigins, origin).Length == 0)
        {
            throw new HttpError(400, "No CORS");
        }
    }

    /// <returns>Whether CORS applies to the request.</returns>
    private static bool Answer(RequestContext context, Store.Database? database)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (context.Admin || origin.Length == 0)
        {
            return false;
        }

        var cors = SettingsOf(context, database);
        context.Response.Headers.AccessControlAllowOrigin = CorsConfiguration.Match(cors.Origins, origin);
        context.Response.Headers.AccessControlAllowCredentials = "true";
        context.Response.Headers.AccessControlAllowHeaders = string.Join(", ", cors.Headers);
        return true;
    }

    private static CorsConfiguration SettingsOf(RequestContext context, Store.Database? database) =>
        database?.Configuration.Cors ?? context.Emulator.Server.Cors ?? CorsConfiguration.None;
}
