using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace OfflineActions.WebClient;

/// <summary>Serves the page's files.</summary>
internal static class PageFiles
{
    /// <summary>
    /// Browsers cache files below <c>assets</c> for a year, as their names contain a hash, and revalidate all other files.
    /// </summary>
    public static FileServerOptions CreateOptions(IFileProvider files)
    {
        var types = new FileExtensionContentTypeProvider { Mappings = { [".webmanifest"] = "application/manifest+json" } };
        return new FileServerOptions
        {
            FileProvider = files,
            StaticFileOptions =
            {
                ContentTypeProvider = types,
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                    file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
            },
        };
    }
}
