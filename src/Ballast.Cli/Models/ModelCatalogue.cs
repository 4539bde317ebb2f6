namespace Ballast.Cli.Models;

/// <summary>All models, in the order in which help lists them.</summary>
internal static class ModelCatalogue
{
    public static IReadOnlyList<Model> All { get; } = [new Lstm(), new Gru(), new ReluRnn(), new Mlp(), new Cnn(), new CharacterLstm()];

    public static Model Default => All[0];

    public static Model? Find(string name) => All.FirstOrDefault(m => m.Name == name);
}
