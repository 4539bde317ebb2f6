using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>C#'s operators on variables, which stand for their current values; with outputs, they are operators on outputs.</summary>
/// <remarks>A number on either side becomes a Const of the variable's dtype.</remarks>
public static class VariableOperators
{
    extension(Variable)
    {
        /// <summary>x + y, element by element, broadcasting.</summary>
        public static Output operator +(Variable x, Variable y) => Op.Add(x, y, "add");

        /// <summary>x + y, element by element, broadcasting.</summary>
        public static Output operator +(Variable x, double y) => Op.Add(x, y, "add");

        /// <summary>x + y, element by element, broadcasting.</summary>
        public static Output operator +(double x, Variable y) => Op.Add(x, y, "add");

        /// <summary>x - y, element by element, broadcasting.</summary>
        public static Output operator -(Variable x, Variable y) => Op.Subtract(x, y, "sub");

        /// <summary>x - y, element by element, broadcasting.</summary>
        public static Output operator -(Variable x, double y) => Op.Subtract(x, y, "sub");

        /// <summary>x - y, element by element, broadcasting.</summary>
        public static Output operator -(double x, Variable y) => Op.Subtract(x, y, "sub");

        /// <summary>x · y, element by element, broadcasting.</summary>
        public static Output operator *(Variable x, Variable y) => Op.Multiply(x, y, "mul");

        /// <summary>x · y, element by element, broadcasting.</summary>
        public static Output operator *(Variable x, double y) => Op.Multiply(x, y, "mul");

        /// <summary>x · y, element by element, broadcasting.</summary>
        public static Output operator *(double x, Variable y) => Op.Multiply(x, y, "mul");

        /// <summary>x / y, element by element, broadcasting; integers are cast to floats first.</summary>
        public static Output operator /(Variable x, Variable y) => Op.Divide(x, y);

        /// <summary>x / y, element by element, broadcasting; integers are cast to floats first.</summary>
        public static Output operator /(Variable x, double y) => Op.Divide(x, y);

        /// <summary>x / y, element by element, broadcasting; integers are cast to floats first.</summary>
        public static Output operator /(double x, Variable y) => Op.Divide(x, y);

        /// <summary>The remainder with the sign of y, as in Python and unlike C#'s on numbers.</summary>
        public static Output operator %(Variable x, Variable y) => Op.FloorMod(x, y, "mod");

        /// <summary>The remainder with the sign of y, as in Python and unlike C#'s on numbers.</summary>
        public static Output operator %(Variable x, double y) => Op.FloorMod(x, y, "mod");

        /// <summary>The remainder with the sign of y, as in Python and unlike C#'s on numbers.</summary>
        public static Output operator %(double x, Variable y) => Op.FloorMod(x, y, "mod");

        /// <summary>-x, element by element.</summary>
        public static Output operator -(Variable x) => Op.Negative(x);
    }
}
