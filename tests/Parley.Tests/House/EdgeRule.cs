using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Parley.Tests.House;

/// <summary>
/// Reads a compiled assembly: a type of one folder uses a type of another only over an allowed edge, and never an
/// internal one. (The compiler sees assemblies, not folders, so nobody else can hold this.)
/// </summary>
internal static class EdgeRule
{
    public static List<string> Sins(string assembly, string prefix, (string From, string[] To)[] table)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        SortedSet<string> sins = new(StringComparer.Ordinal);
        foreach (var type in module.GetAllTypes())
        {
            var from = Outer(type).Namespace;
            if (!Ours(from, prefix)) continue;
            foreach (var used in Uses(type))
            {
                var outer = Outer(used);
                if (!Ours(outer.Namespace, prefix) || Same(from, outer.Namespace, table)) continue;
                if (!Allowed(from, outer.Namespace, table))
                    sins.Add($"{from} → {outer.Namespace} is no allowed edge ({Outer(type).Name} uses {outer.Name})");
                else if (outer is TypeDefinition { IsPublic: false }
                    && Home(from, table).Line.To is not [AllowedEdges.Anything])
                    sins.Add($"{outer.FullName} is internal to its folder ({Outer(type).FullName} uses it)");
            }
        }
        return [.. sins];
    }

    private static bool Ours(string space, string prefix) =>
        space == prefix || space.StartsWith(prefix + ".", StringComparison.Ordinal);

    // The longest listed name that contains the namespace; what is not listed stands for itself and has no edges.
    private static (string Name, (string From, string[] To) Line) Home(string space, (string From, string[] To)[] table)
    {
        var line = table.Where(l => Ours(space, l.From)).OrderByDescending(l => l.From.Length).FirstOrDefault();
        // The root is no parent: a new folder below it must be listed before it may use anything.
        return line.From is null || line.To is [AllowedEdges.Anything] && line.From != space
            ? (space, (space, [])) : (line.From, line);
    }

    private static bool Same(string from, string to, (string From, string[] To)[] table) =>
        Home(from, table).Name == Home(to, table).Name;

    private static bool Allowed(string from, string to, (string From, string[] To)[] table) =>
        Home(from, table).Line.To.Any(edge => edge == AllowedEdges.Anything || Ours(to, edge));

    private static TypeReference Outer(TypeReference type)
    {
        while (type.DeclaringType is not null) type = type.DeclaringType;
        return type.Scope is ModuleDefinition ? type.Resolve() ?? type : type;
    }

    private static IEnumerable<TypeReference> Uses(TypeDefinition type) =>
        References(type).Where(t => t is not null).SelectMany(Flat!).Where(t => t is not GenericParameter);

    private static IEnumerable<TypeReference?> References(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (var implemented in type.Interfaces) yield return implemented.InterfaceType;
        foreach (var attribute in type.CustomAttributes) yield return attribute.AttributeType;
        foreach (var field in type.Fields) yield return field.FieldType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters) yield return parameter.ParameterType;
            if (!method.HasBody) continue;
            foreach (var local in method.Body.Variables) yield return local.VariableType;
            foreach (var caught in method.Body.ExceptionHandlers) yield return caught.CatchType;
            foreach (var used in method.Body.Instructions.SelectMany(i => Operand(i.Operand))) yield return used;
        }
    }

    private static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        TypeReference used => [used],
        GenericInstanceMethod called => [called.DeclaringType, called.ReturnType, .. called.GenericArguments],
        MethodReference called => [called.DeclaringType, called.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Flat(TypeReference type) => type switch
    {
        GenericInstanceType generic => [.. Flat(generic.ElementType), .. generic.GenericArguments.SelectMany(Flat)],
        TypeSpecification wrapped => Flat(wrapped.ElementType),
        _ => [type],
    };
}
