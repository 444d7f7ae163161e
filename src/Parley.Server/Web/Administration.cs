using Parley.Server.Tenants;

namespace Parley.Server.Web;

/// <summary>The admin door: <c>/admin/v1</c>, open to an admin key (<c>Authorization: &lt;key&gt;</c>). Each capability maps its own part.</summary>
public static class Administration
{
    /// <summary>A group of endpoints below <c>/admin/v1</c> behind the key.</summary>
    public static RouteGroupBuilder MapAdministration(this IEndpointRouteBuilder app) =>
        app.MapGroup("/admin/v1").WithTags("Administration").AddEndpointFilter(async (context, next) =>
        {
            var key = context.HttpContext.Request.Headers.Authorization.ToString();
            if (key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) key = key[7..];
            var keys = context.HttpContext.RequestServices.GetRequiredService<AdminKeys>();
            return keys.Opens(key, context.HttpContext.Connection.RemoteIpAddress)
                ? await next(context)
                : Results.Json(new { error = "an admin key is needed in the Authorization header" },
                    statusCode: StatusCodes.Status401Unauthorized);
        });
}
