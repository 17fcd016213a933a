"""Notes of the grammar: scopes of variables, labels of blank nodes, declared prefixes.

Source: SPARQL 1.1 Query Language, sections 18.2.1 (variable scope) and 19.8 (notes on the grammar); SPARQL 1.1 Update,
section 19.8, notes 7 to 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.sparql.parser.terms import SyntaxFault
from kg.sparql.syntax_tree import (
    Aggregate,
    Annotation,
    Bind,
    BlankNode,
    Collection,
    Column,
    Filter,
    Form,
    GraphPattern,
    Group,
    Iri,
    Lateral,
    Minus,
    Node,
    Object,
    Optional,
    PropertyList,
    Query,
    ReifiedTriple,
    Select,
    Service,
    Triples,
    Union,
    Update,
    UpdateOperation,
    Values,
    Variable,
)


def check(parsed: Query | Update) -> None:
    """Check the rules that the productions of the grammar cannot express.

    Raises:
        SyntaxFault: at the first part that breaks a note of the grammar.
    """
    nodes = list(parsed.walk())
    _check_prefixes(parsed, nodes)
    for node in nodes:
        if isinstance(node, Group):
            _check_binds(node)
        elif isinstance(node, Values):
            _check_distinct(node.variables)
        elif isinstance(node, Select):
            _check_projection(node, node.where)
    if isinstance(parsed, Update):
        _check_update(parsed)
        return
    if parsed.where is not None:
        _check_labels([parsed.where])
        if parsed.form is Form.SELECT:
            _check_projection(parsed, parsed.where)


def visible(node: Node) -> frozenset[str]:
    """Return the names of the variables that a pattern brings into scope (section 18.2.1)."""
    # variables of a filter or MINUS bind nothing outside of it
    if isinstance(node, Filter | Minus):
        return frozenset()
    if isinstance(node, Bind):
        return frozenset([node.variable.name])
    if isinstance(node, Values):
        return frozenset(variable.name for variable in node.variables)
    if isinstance(node, Select):
        own = visible(node.where) if not node.columns else frozenset(column.variable.name for column in node.columns)
        return own | (visible(node.values) if node.values is not None else frozenset())
    if isinstance(node, Group | Optional | Lateral | GraphPattern | Service | Union):
        return frozenset[str]().union(*(visible(child) for child in node.children()))
    return frozenset(part.name for part in node.walk() if isinstance(part, Variable))


# --- prefixes --------------------------------------------------------------------------------------------------------


def _check_prefixes(parsed: Query | Update, nodes: Iterable[Node]) -> None:
    declared = {declaration.prefix for declaration in parsed.declarations}
    for node in nodes:
        if isinstance(node, Iri) and ":" in node.text and not node.text.startswith("<"):
            prefix = node.text.partition(":")[0]
            if prefix not in declared:
                raise SyntaxFault(node.start, f"a declaration of the prefix {prefix}:")


# --- variables -------------------------------------------------------------------------------------------------------


def _check_binds(group: Group) -> None:
    # the order matters: a name counts as used only if it comes before its BIND (section 10.1)
    names: set[str] = set()
    for element in group.elements:
        if isinstance(element, Bind) and element.variable.name in names:
            raise SyntaxFault(element.variable.start, "a variable that is not in scope yet")
        names |= visible(element)


def _check_distinct(variables: Iterable[Variable]) -> None:
    names: set[str] = set()
    for variable in variables:
        if variable.name in names:
            raise SyntaxFault(variable.start, "another variable")
        names.add(variable.name)


def _check_projection(select: Select | Query, where: Group) -> None:
    is_grouped = bool(select.modifiers.group_by) or any(_has_aggregate(column) for column in select.columns)
    # a group exposes its keys only
    inside, names = frozenset[str]() if is_grouped else visible(where), set[str]()
    for column in select.columns:
        name = column.variable.name
        if column.expression is not None and (name in inside or name in names):
            raise SyntaxFault(column.variable.start, "a variable that is not in scope yet")
        names.add(name)
    if is_grouped:
        _check_grouped(select)


def _check_grouped(select: Select | Query) -> None:
    if not select.columns:
        raise SyntaxFault(select.start, "columns, as GROUP BY leaves no *")
    keys = {key.variable.name for key in select.modifiers.group_by if key.variable is not None}
    keys |= {key.expression.name for key in select.modifiers.group_by if isinstance(key.expression, Variable)}
    for column in select.columns:
        if column.expression is None and column.variable.name not in keys:
            raise SyntaxFault(column.variable.start, "a key of GROUP BY")
        if column.expression is not None:
            if column.variable.name in keys:
                raise SyntaxFault(column.variable.start, "a variable that is not in scope yet")
            _check_outside_aggregates(column.expression, keys)
            # a computed column is a key for later columns, which may use its value
            keys.add(column.variable.name)


def _check_outside_aggregates(expression: Node, keys: set[str]) -> None:
    for part in _outside_aggregates(expression):
        if isinstance(part, Variable) and part.name not in keys:
            raise SyntaxFault(part.start, "a key of GROUP BY, or an aggregate")


def _outside_aggregates(node: Node) -> Iterator[Node]:
    # the search does not enter aggregates, or the groups of EXISTS, whose variables need not be keys
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Aggregate | Group):
            yield part
            waiting.extend(part.children())


def _has_aggregate(column: Column) -> bool:
    return column.expression is not None and any(isinstance(part, Aggregate) for part in column.expression.walk())


# --- blank nodes -----------------------------------------------------------------------------------------------------


def _check_labels(roots: Iterable[Node]) -> None:
    """Check that each label is in one basic graph pattern only; FILTER does not end one (section 5.1.1)."""
    # the first block that has a label owns it; any other block with this label is a fault
    owners: dict[str, int] = {}
    for number, block in enumerate(block for root in roots for block in _blocks(root)):
        for triples in block:
            for part in triples.walk():
                if isinstance(part, BlankNode) and part.label and owners.setdefault(part.label, number) != number:
                    raise SyntaxFault(part.start, "another label: a blank node may be in one pattern only")


def _blocks(root: Node) -> Iterator[list[Node]]:
    """Yield the basic graph patterns below a node."""
    for node in root.walk():
        if isinstance(node, Group):
            block: list[Node] = []
            for element in node.elements:
                if isinstance(element, Triples):
                    block.append(element)
                elif not isinstance(element, Filter):
                    yield block
                    block = []
            yield block


# --- updates ---------------------------------------------------------------------------------------------------------


def _check_update(update: Update) -> None:
    owners: dict[str, int] = {}
    for number, operation in enumerate(update.operations):
        _check_data(operation)
        for part in _parts_of(operation.inserted if operation.name == "INSERT DATA" else ()):
            if isinstance(part, BlankNode) and part.label and owners.setdefault(part.label, number) != number:
                raise SyntaxFault(part.start, "another label: it is used by another operation")
        if operation.where is not None:
            _check_labels([operation.where])


def _parts_of(blocks: Iterable[Node]) -> Iterator[Node]:
    return (part for block in blocks for part in block.walk())


def _check_data(operation: UpdateOperation) -> None:
    if operation.name.endswith("DATA"):
        for part in _parts_of((*operation.deleted, *operation.inserted)):
            if isinstance(part, Variable):
                raise SyntaxFault(part.start, "a term, as data has no variable")
    for part in _parts_of(operation.deleted):
        if _makes_blank_node(part):
            raise SyntaxFault(part.start, "no blank node, as none can be deleted")


def _makes_blank_node(part: Node) -> bool:
    if isinstance(part, BlankNode | PropertyList | Collection):
        return True
    if isinstance(part, ReifiedTriple):
        return part.reifier is None
    if isinstance(part, Object):  # an annotation block without a reifier before it has a blank node as one
        return any(
            isinstance(annotation, Annotation) and (not place or isinstance(part.annotations[place - 1], Annotation))
            for place, annotation in enumerate(part.annotations)
        )
    return False
