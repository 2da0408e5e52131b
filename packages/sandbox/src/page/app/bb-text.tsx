import { type BbNode, parseBbCode } from './bb-code.ts'

/** A text with BB codes as elements. Nothing of it is ever read as HTML. */
export function BbText({ text }: { text: string }) {
  return <>{parseBbCode(text.trim()).map(renderNode)}</>
}

function renderNode(node: BbNode, index: number) {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'break':
      return <br key={index} />
    case 'link':
      return (
        <a key={index} href={node.href} target="_blank" rel="noreferrer noopener">
          {node.children.map(renderNode)}
        </a>
      )
    case 'quote':
      return <blockquote key={index}>{node.children.map(renderNode)}</blockquote>
    default: {
      const Mark = node.kind
      return <Mark key={index}>{node.children.map(renderNode)}</Mark>
    }
  }
}
