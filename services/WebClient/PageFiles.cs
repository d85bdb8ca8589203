using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace OfflineActions.WebClient;

/// <summary>How the page's files are sent.</summary>
internal static class PageFiles
{
    /// <summary>Names of files below <c>assets</c> change with their contents, so those are kept for ever; all others are asked for each time.</summary>
    public static FileServerOptions In(IFileProvider files)
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
